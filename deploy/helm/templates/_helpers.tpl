{{- define "steward.name" -}}
{{- if contains .Chart.Name .Release.Name -}}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{- end -}}
{{- end -}}

{{/* What selects the pods of one part: { root, part }. It never changes between two versions. */}}
{{- define "steward.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- define "steward.labels" -}}
{{ include "steward.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "steward.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "steward.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}{{ .Values.serviceAccount.name | default (include "steward.name" .) }}{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}{{- end -}}
{{- end -}}

{{- define "steward.configMap" -}}
{{ .Values.existingConfigMap | default (include "steward.name" .) }}
{{- end -}}

{{- define "steward.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "steward.containerSecurity" -}}
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
{{- end -}}

{{/* The secrets of one part, those of both included, as YAML: { root, part }. */}}
{{- define "steward.secrets" -}}
{{- toYaml (mergeOverwrite (deepCopy .root.Values.secrets) (get .root.Values .part).secrets) -}}
{{- end -}}

{{/* Variables of one part: { root, part }. */}}
{{- define "steward.environment" -}}
{{- $secrets := include "steward.secrets" . | fromYaml -}}
{{- with .root.Values.temporal }}
- name: TEMPORAL_ADDRESS
  value: {{ .address | quote }}
- name: TEMPORAL_NAMESPACE
  value: {{ .namespace | quote }}
{{- with .apiKey }}
{{- if .secret }}
- name: TEMPORAL_API_KEY
  valueFrom:
    secretKeyRef: { name: {{ .secret | quote }}, key: {{ .key | quote }} }
{{- end }}
{{- end }}
{{- if .tls.enabled }}
- name: TEMPORAL_TLS
  value: 'true'
{{- with .tls.serverName }}
- name: TEMPORAL_TLS_SERVER_NAME
  value: {{ . | quote }}
{{- end }}
{{- if .tls.authority.secret }}
- name: TEMPORAL_TLS_SERVER_CA_CERT_PATH
  value: /etc/steward-temporal/authority.pem
{{- end }}
{{- if .tls.client.secret }}
- name: TEMPORAL_TLS_CLIENT_CERT_PATH
  value: /etc/steward-temporal/client.pem
- name: TEMPORAL_TLS_CLIENT_KEY_PATH
  value: /etc/steward-temporal/client.key
{{- end }}
{{- end }}
{{- end }}
- name: STEWARD_CONFIG
  value: /etc/steward/steward.yaml
- name: NODE_OPTIONS
  value: {{ (get .root.Values .part).nodeOptions | quote }}
{{- range $variable, $from := $secrets }}
{{- if hasPrefix "AWS_" $variable }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef: { name: {{ $from.secret | quote }}, key: {{ $from.key | quote }} }
{{- else }}
- name: {{ $variable }}_FILE
  value: /etc/steward-secrets/{{ $variable }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Whether a part has secrets that are mounted as files: "true" or nothing. */}}
{{- define "steward.hasSecretFiles" -}}
{{- range $variable, $from := (include "steward.secrets" . | fromYaml) }}{{ if not (hasPrefix "AWS_" $variable) }}true{{ end }}{{ end -}}
{{- end -}}

{{- define "steward.hasTemporalFiles" -}}
{{- with .Values.temporal.tls }}{{ if and .enabled (or .authority.secret .client.secret) }}true{{ end }}{{ end -}}
{{- end -}}

{{/* Folders, never single files: a file that is mounted alone keeps its old content. */}}
{{- define "steward.mounts" -}}
- { name: configuration, mountPath: /etc/steward, readOnly: true }
- { name: temporary, mountPath: /tmp }
{{- if include "steward.hasSecretFiles" . }}
- { name: secrets, mountPath: /etc/steward-secrets, readOnly: true }
{{- end }}
{{- if and (eq .part "ingress") .root.Values.ingress.tlsSecret }}
- { name: tls, mountPath: /etc/steward-tls, readOnly: true }
{{- end }}
{{- if include "steward.hasTemporalFiles" .root }}
- { name: temporal, mountPath: /etc/steward-temporal, readOnly: true }
{{- end }}
{{- end -}}

{{- define "steward.volumes" -}}
- name: configuration
  configMap: { name: {{ include "steward.configMap" .root | quote }}, defaultMode: 0444 }
- name: temporary
  emptyDir: { sizeLimit: 64Mi }
{{- if include "steward.hasSecretFiles" . }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range $variable, $from := (include "steward.secrets" . | fromYaml) }}
      {{- if not (hasPrefix "AWS_" $variable) }}
      - secret: { name: {{ $from.secret | quote }}, items: [{ key: {{ $from.key | quote }}, path: {{ $variable | quote }} }] }
      {{- end }}
      {{- end }}
{{- end }}
{{- if and (eq .part "ingress") .root.Values.ingress.tlsSecret }}
- name: tls
  secret: { secretName: {{ .root.Values.ingress.tlsSecret | quote }}, defaultMode: 0440 }
{{- end }}
{{- if include "steward.hasTemporalFiles" .root }}
- name: temporal
  projected:
    defaultMode: 0440
    sources:
      {{- with .root.Values.temporal.tls.authority }}
      {{- if .secret }}
      - secret: { name: {{ .secret | quote }}, items: [{ key: {{ .key | quote }}, path: authority.pem }] }
      {{- end }}
      {{- end }}
      {{- with .root.Values.temporal.tls.client }}
      {{- if .secret }}
      - secret:
          name: {{ .secret | quote }}
          items:
            - { key: {{ .certificateKey | quote }}, path: client.pem }
            - { key: {{ .privateKeyKey | quote }}, path: client.key }
      {{- end }}
      {{- end }}
{{- end }}
{{- end -}}

{{/* What both pods have, beside their container. */}}
{{- define "steward.pod" -}}
serviceAccountName: {{ include "steward.serviceAccount" .root | quote }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "steward.podSecurity" . | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
# Longer than worker and ingress take to finish what they have begun.
terminationGracePeriodSeconds: 45
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "steward.selector" . | nindent 8 }}
{{- with (get .root.Values .part).nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with (get .root.Values .part).tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  {{- include "steward.volumes" . | nindent 2 }}
{{- end -}}
