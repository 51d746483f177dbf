data "reach_lists" "all" {}

# A list by its name instead of its id.
locals {
  newsletter = one([for list in data.reach_lists.all.lists : list.list_id if list.name == "Newsletter"])
}

resource "reach_contact" "john" {
  email         = "john@example.com"
  first_name    = "John"
  subscriptions = [{ list_id = local.newsletter }]
}
