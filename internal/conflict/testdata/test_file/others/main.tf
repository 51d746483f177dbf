# Other contacts on addresses of the root module.

terraform {
  required_providers {
    reach = { source = "reachops/reach" }
  }
}

variable "names" {
  type = set(string)
}

variable "force_sub" {
  type    = bool
  default = false
}

resource "reach_contact" "namesake" {
  for_each = var.names

  email         = "ann@example.com"
  first_name    = each.key
  subscriptions = [{ list_id = 5 }]
  force_sub     = var.force_sub
}
