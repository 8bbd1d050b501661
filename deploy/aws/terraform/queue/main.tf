# The queue that the steward takes events from, with its dead-letter queues, policies and alarms, and the role that reads
# it. The modules beside it use it: start with one of those.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "name" {
  description = "Of the queue; the names of the others begin with it."
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9-]{1,40}$", var.name))
    error_message = "The name has 1 to 40 letters, digits and hyphens."
  }
}

variable "rule_arn" {
  description = "ARN of the rule that sends to the queue. Nothing else may."
  type        = string
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
  take_events_actions = [
    # Events come with it.
    "sqs:ReceiveMessage",
    # Once Temporal has the event. Also what DeleteMessageBatch needs.
    "sqs:DeleteMessage",
    # While Temporal is away, and to give a message back. Also what ChangeMessageVisibilityBatch needs.
    "sqs:ChangeMessageVisibility",
    # Which queue is its dead-letter queue.
    "sqs:GetQueueAttributes",
  ]
  redrive_dead_letters_actions = [
    # steward dlq redrive
    "sqs:StartMessageMoveTask",
    # steward dlq list shows how far it is.
    "sqs:ListMessageMoveTasks",
    # How many messages are there, for the notice about them.
    "sqs:GetQueueAttributes",
    # SQS receives the messages that it moves in the name of the caller of StartMessageMoveTask,
    "sqs:ReceiveMessage",
    # and deletes them.
    "sqs:DeleteMessage",
  ]
  redrive_into_the_queue_actions = [
    # SQS sends the messages that it moves in the same name.
    "sqs:SendMessage",
  ]
  read_with_the_key_actions = [
    # To receive a message of a queue that the key encrypts.
    "kms:Decrypt",
    # To move a message back into such a queue.
    "kms:GenerateDataKey",
  ]

  # So long may Temporal, or the steward, be away.
  retention_seconds = 1209600
  kms_key           = var.kms_key_arn == "" ? null : var.kms_key_arn
  managed_key       = var.kms_key_arn == "" ? true : null
  alarm_topics      = var.alarm_topic_arn == "" ? [] : [var.alarm_topic_arn]

  # What nobody would notice while no steward runs.
  alarms = {
    "queue-age" = {
      queue       = aws_sqs_queue.event.name
      metric      = "ApproximateAgeOfOldestMessage"
      threshold   = 900
      period      = 60
      periods     = 5
      description = "An event waits for 15 minutes. The steward, or its Temporal, is away."
    }
    "queue-depth" = {
      queue       = aws_sqs_queue.event.name
      metric      = "ApproximateNumberOfMessagesVisible"
      threshold   = 1000
      period      = 300
      periods     = 3
      description = "A thousand events wait for the steward."
    }
    "dead-letters-depth" = {
      queue       = aws_sqs_queue.dead_letter.name
      metric      = "ApproximateNumberOfMessagesVisible"
      threshold   = 1
      period      = 60
      periods     = 1
      description = "The steward gave an event up. See steward dlq list."
    }
    "dead-letters-age" = {
      queue       = aws_sqs_queue.dead_letter.name
      metric      = "ApproximateAgeOfOldestMessage"
      threshold   = 864000
      period      = 3600
      periods     = 1
      description = "An event in the dead-letter queue is ten days old. SQS drops it after fourteen."
    }
    "undelivered-depth" = {
      queue       = aws_sqs_queue.undelivered.name
      metric      = "ApproximateNumberOfMessagesVisible"
      threshold   = 1
      period      = 60
      periods     = 1
      description = "EventBridge could not bring an event to the queue. Check the policies of queue and key."
    }
  }
}

resource "aws_sqs_queue" "event" {
  name                       = var.name
  message_retention_seconds  = local.retention_seconds
  visibility_timeout_seconds = 60
  kms_master_key_id          = local.kms_key
  sqs_managed_sse_enabled    = local.managed_key
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter.arn
    maxReceiveCount     = 10
  })
}

# What the steward received ten times and did not delete.
resource "aws_sqs_queue" "dead_letter" {
  name                      = "${var.name}-dead-letters"
  message_retention_seconds = local.retention_seconds
  kms_master_key_id         = local.kms_key
  sqs_managed_sse_enabled   = local.managed_key
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    # The ARN of the queue, which itself needs the one of this queue.
    sourceQueueArns = [trimsuffix(aws_sqs_queue.undelivered.arn, "-undelivered")]
  })
}

# What EventBridge could not bring to the queue.
resource "aws_sqs_queue" "undelivered" {
  name                      = "${var.name}-undelivered"
  message_retention_seconds = local.retention_seconds
  kms_master_key_id         = local.kms_key
  sqs_managed_sse_enabled   = local.managed_key
}

# The policy is to a queue what a credential is to HTTP: the steward takes what is in the queue.
resource "aws_sqs_queue_policy" "from_the_rule" {
  for_each  = { event = aws_sqs_queue.event, undelivered = aws_sqs_queue.undelivered }
  queue_url = each.value.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyTheRule"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = each.value.arn
        Condition = { ArnEquals = { "aws:SourceArn" = var.rule_arn } }
      },
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = each.value.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sqs_queue_policy" "dead_letter" {
  queue_url = aws_sqs_queue.dead_letter.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = aws_sqs_queue.dead_letter.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = local.alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/SQS"
  metric_name         = each.value.metric
  dimensions          = { QueueName = each.value.queue }
  statistic           = "Maximum"
  period              = each.value.period
  evaluation_periods  = each.value.periods
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_topics
  ok_actions          = local.alarm_topics
}

# For the ingress. It reads the queue, and nothing of AWS Marketplace.
resource "aws_iam_role" "queue" {
  name        = "${var.name}-queue"
  description = "Takes events from the queue of marketplace-steward"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = var.steward_principal_arn }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
    }]
  })
}

resource "aws_iam_role_policy" "queue" {
  name = "queue"
  role = aws_iam_role.queue.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "TakeEvents"
          Effect   = "Allow"
          Action   = local.take_events_actions
          Resource = [aws_sqs_queue.event.arn]
        },
        {
          Sid      = "RedriveDeadLetters"
          Effect   = "Allow"
          Action   = local.redrive_dead_letters_actions
          Resource = [aws_sqs_queue.dead_letter.arn]
        },
        {
          Sid      = "RedriveIntoTheQueue"
          Effect   = "Allow"
          Action   = local.redrive_into_the_queue_actions
          Resource = [aws_sqs_queue.event.arn]
        },
      ],
      [for key in compact([var.kms_key_arn]) : {
        Sid      = "ReadWithTheKey"
        Effect   = "Allow"
        Action   = local.read_with_the_key_actions
        Resource = [key]
      }],
    )
  })
}

output "queue_arn" {
  value = aws_sqs_queue.event.arn
}

output "undelivered_queue_arn" {
  value = aws_sqs_queue.undelivered.arn
}

output "queue_url" {
  description = "ingress.sqs.queues[].url in steward.yaml"
  value       = aws_sqs_queue.event.url
}

output "queue_role_arn" {
  description = "ingress.sqs.queues[].role.arn in steward.yaml"
  value       = aws_iam_role.queue.arn
}

output "dead_letter_queue_url" {
  description = "What the steward gave up; steward dlq list shows it"
  value       = aws_sqs_queue.dead_letter.url
}

output "undelivered_queue_url" {
  description = "What EventBridge could not bring to the queue"
  value       = aws_sqs_queue.undelivered.url
}
