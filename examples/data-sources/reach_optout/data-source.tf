# Has Jane opted out of everything in the realm?
data "reach_optout" "everything" {
  email = "jane@example.com"
}

# Has she opted out of list 5?
data "reach_optout" "newsletter" {
  email   = "jane@example.com"
  list_id = 5
}

# Either stands in the way of a subscription.
output "jane_may_be_added_to_newsletter" {
  value = !data.reach_optout.everything.opted_out && !data.reach_optout.newsletter.opted_out
}
