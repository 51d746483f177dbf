terraform {
  required_providers {
    reach = { source = "reachops/reach" }
  }
}

data "reach_contact" "ann" {
  email      = "ann@example.com"
  first_name = "ann"
}

data "reach_optouts" "all" {}

data "reach_communications" "of_owner" {
  owner = { type = "biz_entity", id = 42 }
}

output "city" {
  value = data.reach_contact.ann.city
}

output "opted_out" {
  value = data.reach_optouts.all.emails
}

output "values" {
  value = data.reach_communications.of_owner.communications[*].value
}
