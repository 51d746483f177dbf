terraform {
  required_providers {
    reach = { source = "reachops/reach" }
  }
}

provider "reach" {}

data "reach_optout" "jane" {
  email = "jane@example.com"
}

output "jane_has_opted_out" {
  value = data.reach_optout.jane.opted_out
}
