terraform {
  required_version = ">= 1.7"
  required_providers {
    reach = { source = "reachops/reach" }
  }
}

variable "people" {
  type = map(string) # city by name

  validation {
    condition     = length(var.people) < 4
    error_message = "At most three."
  }
}

variable "newsletter" {
  type    = set(string)
  default = []
}

resource "reach_contact" "person" {
  for_each = var.people

  email         = "${each.key}@example.com"
  first_name    = each.key
  city          = each.value
  subscriptions = [{ list_id = 5 }]
}

resource "reach_contacts" "newsletter" {
  contacts      = jsonencode({ for name in var.newsletter : name => { email = "${name}@example.com", first_name = name } })
  subscriptions = [{ list_id = 6 }]
}

resource "reach_communication" "billing" {
  type        = "email"
  value       = "billing@example.com"
  external_id = "BILLING"
  owner       = { type = "biz_entity", id = 42 }
}
