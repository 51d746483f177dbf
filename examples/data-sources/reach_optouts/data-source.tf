# The Global Optouts of the realm. With list_id: those of one list.
data "reach_optouts" "everything" {}

locals {
  guests = ["jane@example.com", "john@example.com"]
}

# Addresses are in lower case, here as there.
output "guests_who_opted_out" {
  value = setintersection(local.guests, data.reach_optouts.everything.emails)
}
