# Everybody in a CSV file, on one list. A row that leaves the file is a contact
# deleted, and its address opted out; "unsubscribe" would end the subscription.
resource "reach_contacts" "newsletter" {
  contacts = jsonencode({
    for row in csvdecode(file("${path.module}/contacts.csv")) : row.email => row
  })

  subscriptions = [{ list_id = 5 }]
}

# Written out, and imported below.
resource "reach_contacts" "members" {
  contacts = jsonencode({
    "jane@example.com" = {
      email       = "jane@example.com"
      first_name  = "Jane"
      last_name   = "Doe"
      company     = "Example Pty Ltd"
      custom_plan = "gold"
    }
  })

  subscriptions = [{ list_id = 6, format = "text" }]
}
