locals {
  rows = csvdecode(<<-CSV
    email,first_name
    Jane@Example.com ,Jane
    john@example.com,John
  CSV
  )

  # Two rows of one address are an error here, and not two contacts.
  people = { for row in local.rows : provider::reach::normalize_email(row.email) => row }
}

resource "reach_contact" "all" {
  for_each = local.people

  email           = each.key
  first_name      = each.value.first_name
  subscriptions   = [{ list_id = 5 }]
  deletion_policy = "delete_without_optout"
}
