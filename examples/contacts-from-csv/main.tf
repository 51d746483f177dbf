terraform {
  required_version = ">= 1.8"
  required_providers {
    reach = {
      source  = "reachops/reach"
      version = ">= 0.0.1"
    }
  }
}

variable "max_deletes" {
  description = "The most contacts that one run may delete. Raise it for the run that means to."
  type        = number
  default     = 1
}

variable "default_lists" {
  description = "The lists of a contact whose line names none. WhatCounts keeps nobody who is on no list."
  type        = list(string)
  default     = ["5"]
}

# The credentials come from the environment: WHATCOUNTS_*.
provider "reach" {
  safeguards {
    # A file that was cut off, or saved empty, must not empty the realm.
    max_deletes_per_run = var.max_deletes
  }
}

locals {
  csv = file("${path.module}/contacts.csv")

  # An exported file may begin with a byte order mark, have semicolons between
  # its columns, and lines of nothing. A cell that is empty or of blanks is null:
  # not managed, in place of an empty value.
  table = trimprefix(local.csv, "\ufeff")
  commas = !strcontains(split("\n", local.table)[0], ";") ? local.table : join("", [
    for part in regexall("\"[^\"]*\"|[^\";]+|;", local.table) : part == ";" ? "," : part
  ])
  rows = [
    for row in csvdecode(local.commas) :
    { for column, cell in row : lower(trimspace(column)) => trimspace(cell) == "" ? null : trimspace(cell) }
    if trimspace(join("", values(row))) != ""
  ]

  # Keyed by the address as the service compares it. Lines that are alike are
  # one contact; two that differ are an error that names the address.
  contacts = {
    for row in distinct([for row in local.rows : merge(row, { email = provider::reach::normalize_email(row.email) })]) : row.email => row
  }
}

resource "reach_contact" "this" {
  for_each = local.contacts

  email         = each.key
  first_name    = each.value.first_name
  last_name     = each.value.last_name
  custom_fields = each.value.plan == null ? null : { plan = each.value.plan }
  subscriptions = [
    for id in each.value.lists == null ? var.default_lists : compact(split(";", replace(each.value.lists, "/[\\s,|]/", ";"))) : { list_id = id }
  ]
}

output "subscriber_ids" {
  description = "Ids of the contacts in WhatCounts, by address."
  value       = { for email, contact in reach_contact.this : email => contact.subscriber_id }
}
