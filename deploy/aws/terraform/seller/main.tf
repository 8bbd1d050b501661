# marketplace-steward in a seller's account, as deploy/aws/seller.yaml has it: the events of AWS Marketplace go into a queue,
# and two roles let the steward take them and call the Marketplace Catalog API. Apply it in us-east-1, where AWS
# Marketplace publishes its events.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "steward_principal_arn" {
  description = "ARN of the IAM role or user that the steward runs as. It alone may assume the two roles."
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

variable "mode" {
  description = "What the account's mode in steward.yaml may be at most. In observe, the role can only read."
  type        = string
  default     = "observe"
  validation {
    condition     = contains(["observe", "approve", "auto"], var.mode)
    error_message = "The mode is observe, approve or auto."
  }
}

variable "ami_access_role_arn" {
  description = "For sellers of AMIs who use approve or auto: the role that your change sets name as AccessRoleArn. Empty without one."
  type        = string
  default     = ""
  validation {
    condition     = can(regex("^(arn:aws[a-z-]*:iam::[0-9]{12}:role/[!-~]{1,512})?$", var.ami_access_role_arn))
    error_message = "The role is the ARN of an IAM role, or empty."
  }
}

variable "name" {
  description = "Of the queue, the rule and the role; the names of the others begin with it."
  type        = string
  default     = "marketplace-steward"
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

variable "archive_days" {
  description = "For how many days EventBridge keeps a copy of each event, to replay it. 0 means no archive."
  type        = number
  default     = 0
  validation {
    condition     = var.archive_days >= 0 && var.archive_days <= 3650
    error_message = "The archive keeps events for 0 to 3,650 days."
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

  observe_actions = [
    # Why a change set failed, and what it asked for.
    "aws-marketplace:DescribeChangeSet",
    # Change sets whose events never arrived, and those that are under way.
    "aws-marketplace:ListChangeSets",
    # Whether a change set took effect in part; until when an offer is good.
    "aws-marketplace:DescribeEntity",
    # What a failed change set may have created.
    "aws-marketplace:ListEntities",
    # The tags of a failed change set: its successor gets them too.
    "aws-marketplace:ListTagsForResource",
    # Which versions a security report is about.
    "aws-marketplace:ListAssessments",
    # What is wrong with such a version.
    "aws-marketplace:DescribeAssessment",
  ]
  submit_actions = [
    # Submits a failed change set again. No mode but approve and auto does.
    "aws-marketplace:StartChangeSet",
    # StartChangeSet asks for it where the change set has tags.
    "aws-marketplace:TagResource",
  ]
  pass_ami_role_actions = [
    # A change set that names a role passes it to AWS Marketplace, which copies the AMI with it.
    "iam:PassRole",
  ]

  submits         = var.mode != "observe"
  passes_ami_role = local.submits && var.ami_access_role_arn != ""
}

data "aws_cloudwatch_event_bus" "default" {
  name = "default"
}

resource "aws_cloudwatch_event_rule" "this" {
  name          = var.name
  description   = "The events that marketplace-steward acts on"
  event_pattern = jsonencode(local.pattern)
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
  rule      = aws_cloudwatch_event_rule.this.name
  target_id = "queue"
  arn       = module.queue.queue_arn
  # A day and 185 attempts are the most that EventBridge knows.
  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }
  dead_letter_config {
    arn = module.queue.undelivered_queue_arn
  }
}

resource "aws_cloudwatch_event_archive" "this" {
  count            = var.archive_days == 0 ? 0 : 1
  name             = var.name
  event_source_arn = data.aws_cloudwatch_event_bus.default.arn
  retention_days   = var.archive_days
  event_pattern    = jsonencode(local.pattern)
}

# For the worker. Resource is "*": AWS takes no resource for lists, and what a change set creates has no ARN before.
resource "aws_iam_role" "marketplace" {
  name        = var.name
  description = "Marketplace Catalog API for marketplace-steward, mode ${var.mode} at most"
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

resource "aws_iam_role_policy" "observe" {
  name = "observe"
  role = aws_iam_role.marketplace.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Observe", Effect = "Allow", Action = local.observe_actions, Resource = "*" }]
  })
}

resource "aws_iam_role_policy" "submit" {
  count = local.submits ? 1 : 0
  name  = "submit"
  role  = aws_iam_role.marketplace.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Submit", Effect = "Allow", Action = local.submit_actions, Resource = "*" }]
  })
}

resource "aws_iam_role_policy" "pass_ami_role" {
  count = local.passes_ami_role ? 1 : 0
  name  = "pass-ami-role"
  role  = aws_iam_role.marketplace.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "PassAmiRole"
      Effect    = "Allow"
      Action    = local.pass_ami_role_actions
      Resource  = var.ami_access_role_arn
      Condition = { StringEquals = { "iam:PassedToService" = "assets.marketplace.amazonaws.com" } }
    }]
  })
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

output "marketplace_role_arn" {
  description = "accounts.<account>.role.arn in steward.yaml"
  value       = aws_iam_role.marketplace.arn
}

output "rule_arn" {
  description = "The rule on the default bus"
  value       = aws_cloudwatch_event_rule.this.arn
}
