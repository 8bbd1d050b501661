# marketplace-steward for Buy with Prime, as deploy/aws/buy-with-prime.yaml has it: the events of a partner event source go
# into a queue. Apply it in the account and region of the partner event source.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "partner_event_source" {
  description = "The name of the partner event source. aws events list-event-sources shows it."
  type        = string
  validation {
    condition     = can(regex("^aws\\.partner/buywithprime/[A-Za-z0-9._/-]{1,200}$", var.partner_event_source))
    error_message = "The source is aws.partner/buywithprime/<name>."
  }
}

variable "steward_principal_arn" {
  description = "ARN of the IAM role or user that the steward runs as. It alone may assume the role."
  type        = string
  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[!-~]{1,512}$", var.steward_principal_arn))
    error_message = "The principal is the ARN of a role or a user, and not of a whole account."
  }
}

variable "external_id" {
  description = "A text that you choose, and repeat in steward.yaml. Another one for each account."
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@:/-]+$", var.external_id)) && length(var.external_id) >= 16 && length(var.external_id) <= 1224
    error_message = "The external id has 16 to 1,224 letters, digits and _+=,.@:/-."
  }
}

variable "name" {
  description = "Of the queue and the rule; the names of the others begin with it."
  type        = string
  default     = "marketplace-steward-prime"
  validation {
    condition     = can(regex("^[A-Za-z0-9-]{1,40}$", var.name))
    error_message = "The name has 1 to 40 letters, digits and hyphens."
  }
}

variable "kms_key_arn" {
  description = "A customer-managed key that encrypts the queues, whose policy lets events.amazonaws.com use kms:Decrypt and kms:GenerateDataKey. Empty: SQS encrypts with its own key."
  type        = string
  default     = ""
  validation {
    condition     = can(regex("^(arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+)?$", var.kms_key_arn))
    error_message = "The key is the ARN of a KMS key, or empty."
  }
}

variable "alarm_topic_arn" {
  description = "The SNS topic that gets the alarms. Empty, they show in CloudWatch alone."
  type        = string
  default     = ""
  validation {
    condition     = can(regex("^(arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+)?$", var.alarm_topic_arn))
    error_message = "The topic is the ARN of an SNS topic, or empty."
  }
}

locals {
  pattern = {
    source = [{ prefix = "aws.partner/buywithprime/" }]
    # Without these the bus also brings parcels and returns.
    "detail-type" = ["BUYABILITY_CHANGED", "INVENTORY_CHANGED"]
  }
}

# A partner event source that is not associated with a bus takes events and delivers none. The bus has its name.
resource "aws_cloudwatch_event_bus" "partner" {
  name              = var.partner_event_source
  event_source_name = var.partner_event_source
}

resource "aws_cloudwatch_event_rule" "this" {
  name           = var.name
  description    = "The events that marketplace-steward acts on"
  event_bus_name = aws_cloudwatch_event_bus.partner.name
  event_pattern  = jsonencode(local.pattern)
}

module "queue" {
  source                = "../queue"
  name                  = var.name
  rule_arn              = aws_cloudwatch_event_rule.this.arn
  steward_principal_arn = var.steward_principal_arn
  external_id           = var.external_id
  kms_key_arn           = var.kms_key_arn
  alarm_topic_arn       = var.alarm_topic_arn
}

resource "aws_cloudwatch_event_target" "this" {
  rule           = aws_cloudwatch_event_rule.this.name
  event_bus_name = aws_cloudwatch_event_bus.partner.name
  target_id      = "queue"
  arn            = module.queue.queue_arn
  # A day and 185 attempts are the most that EventBridge knows.
  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }
  dead_letter_config {
    arn = module.queue.undelivered_queue_arn
  }
}

output "queue_url" {
  description = "ingress.sqs.queues[].url in steward.yaml"
  value       = module.queue.queue_url
}

output "queue_role_arn" {
  description = "ingress.sqs.queues[].role.arn in steward.yaml"
  value       = module.queue.queue_role_arn
}

output "dead_letter_queue_url" {
  description = "What the steward gave up; steward dlq list shows it"
  value       = module.queue.dead_letter_queue_url
}

output "undelivered_queue_url" {
  description = "What EventBridge could not bring to the queue"
  value       = module.queue.undelivered_queue_url
}

output "rule_arn" {
  description = "The rule on the bus of the partner event source"
  value       = aws_cloudwatch_event_rule.this.arn
}
