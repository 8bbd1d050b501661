# marketplace-steward over HTTP, as deploy/aws/http.yaml has it: EventBridge posts the events of AWS Marketplace to the
# ingress. Apply it in us-east-1, in place of the queue, for an ingress that can be reached from the internet.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "endpoint" {
  description = "Where the ingress takes envelopes of EventBridge."
  type        = string
  validation {
    condition     = can(regex("^https://[^ ?#]+/v1/events/eventbridge$", var.endpoint)) && length(var.endpoint) <= 2048
    error_message = "The endpoint is https://<your-host>/v1/events/eventbridge."
  }
}

variable "key_header" {
  description = "ingress.credentials.eventbridge[].header in steward.yaml"
  type        = string
  default     = "x-steward-key"
  validation {
    condition     = can(regex("^[A-Za-z0-9-]{1,100}$", var.key_header))
    error_message = "The header has 1 to 100 letters, digits and hyphens."
  }
}

variable "key_value" {
  description = "The value of that header. Your steward has it in a variable, EventBridge in Secrets Manager; the state of this module holds it too."
  type        = string
  sensitive   = true
  validation {
    condition     = can(regex("^[!-~]+$", var.key_value)) && length(var.key_value) >= 16 && length(var.key_value) <= 512
    error_message = "The key has 16 to 512 printable characters without spaces, for instance of openssl rand -hex 32."
  }
}

variable "requests_per_second" {
  description = "How many events EventBridge sends in a second at most. It keeps the others."
  type        = number
  default     = 50
  validation {
    condition     = var.requests_per_second >= 1 && var.requests_per_second <= 300
    error_message = "EventBridge sends 1 to 300 events in a second."
  }
}

variable "name" {
  description = "Of the connection, the API destination and the rule; the names of the others begin with it."
  type        = string
  default     = "marketplace-steward-http"
  validation {
    condition     = can(regex("^[A-Za-z0-9-]{1,40}$", var.name))
    error_message = "The name has 1 to 40 letters, digits and hyphens."
  }
}

variable "kms_key_arn" {
  description = "A customer-managed key that encrypts the queue, whose policy lets events.amazonaws.com use kms:Decrypt and kms:GenerateDataKey. Empty: SQS encrypts with its own key."
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
  # Nobody but AWS can put events of a source that begins with aws. on the bus. marketplace-steward.test is for tests.
  pattern = {
    source = ["aws.marketplacecatalog", "aws.agreement-marketplace", "marketplace-steward.test"]
    "detail-type" = [
      "Change Set Succeeded",
      "Change Set Failed",
      "Change Set Cancelled",
      "Offer Released",
      "OfferSet Released",
      "Products Security Report Created",
      "Purchase Agreement Created - Proposer",
      "Purchase Agreement Created - Manufacturer",
    ]
  }

  invoke_actions = [
    # One request for each event.
    "events:InvokeApiDestination",
  ]

  alarm_topics = var.alarm_topic_arn == "" ? [] : [var.alarm_topic_arn]
}

resource "aws_cloudwatch_event_connection" "this" {
  name               = var.name
  authorization_type = "API_KEY"
  auth_parameters {
    api_key {
      key   = var.key_header
      value = var.key_value
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "this" {
  name                             = var.name
  connection_arn                   = aws_cloudwatch_event_connection.this.arn
  http_method                      = "POST"
  invocation_endpoint              = var.endpoint
  invocation_rate_limit_per_second = var.requests_per_second
}

# Without a role that may invoke the destination, the rule has no effect.
resource "aws_iam_role" "invoke" {
  name        = "${var.name}-invoke"
  description = "Lets EventBridge post events to the ingress of marketplace-steward"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "invoke" {
  name = "invoke"
  role = aws_iam_role.invoke.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Invoke"
      Effect   = "Allow"
      Action   = local.invoke_actions
      Resource = aws_cloudwatch_event_api_destination.this.arn
    }]
  })
}

resource "aws_cloudwatch_event_rule" "this" {
  name          = var.name
  description   = "The events that marketplace-steward acts on"
  event_pattern = jsonencode(local.pattern)
}

resource "aws_cloudwatch_event_target" "this" {
  rule      = aws_cloudwatch_event_rule.this.name
  target_id = "ingress"
  arn       = aws_cloudwatch_event_api_destination.this.arn
  role_arn  = aws_iam_role.invoke.arn
  # A day and 185 attempts are the most that EventBridge knows.
  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }
  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

# What the ingress refused, or did not take within a day.
resource "aws_sqs_queue" "undelivered" {
  name                      = "${var.name}-undelivered"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.kms_key_arn == "" ? null : var.kms_key_arn
  sqs_managed_sse_enabled   = var.kms_key_arn == "" ? true : null
}

resource "aws_sqs_queue_policy" "undelivered" {
  queue_url = aws_sqs_queue.undelivered.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyTheRule"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.undelivered.arn
        Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.this.arn } }
      },
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.undelivered.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "undelivered_depth" {
  alarm_name          = "${var.name}-undelivered-depth"
  alarm_description   = "The ingress did not take an event. Check its log, and the policy of the key."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.undelivered.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_topics
  ok_actions          = local.alarm_topics
}

output "destination_arn" {
  description = "The API destination"
  value       = aws_cloudwatch_event_api_destination.this.arn
}

output "undelivered_queue_url" {
  description = "What the ingress did not take"
  value       = aws_sqs_queue.undelivered.url
}

output "rule_arn" {
  description = "The rule on the default bus"
  value       = aws_cloudwatch_event_rule.this.arn
}
