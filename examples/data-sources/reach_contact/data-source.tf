# By e-mail address. The first name tells apart those who share it.
data "reach_contact" "jane" {
  email      = "jane@example.com"
  first_name = "Jane"
}

# By subscriber id.
data "reach_contact" "known" {
  subscriber_id = 12345
}

output "lists_of_jane" {
  value = [for subscription in data.reach_contact.jane.subscriptions : subscription.list_id]
}
