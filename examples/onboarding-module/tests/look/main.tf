# What the services hold, read anew: not what Terraform remembers.

terraform {
  required_version = ">= 1.8"
  required_providers {
    reach = {
      source  = "reachops/reach"
      version = ">= 0.0.1"
    }
  }
}

variable "subscriber_id" {
  description = "Id of the contact to look up."
  type        = number
}

variable "communication_id" {
  description = "Id of the communication to look up."
  type        = number
}

data "reach_contact" "this" {
  subscriber_id = var.subscriber_id
}

data "reach_communication" "this" {
  communication_id = var.communication_id
}

data "reach_optout" "this" {
  email = data.reach_contact.this.email
}

output "contact" {
  description = "The contact."
  value       = data.reach_contact.this
}

output "communication" {
  description = "The communication."
  value       = data.reach_communication.this
}

output "opted_out" {
  description = "Whether the address of the contact has a Global Optout."
  value       = data.reach_optout.this.opted_out
}
