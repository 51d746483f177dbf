# The address that the bills of an entity go to.
resource "reach_communication" "billing" {
  type        = "email"
  value       = "billing@example.com"
  external_id = "EMAIL-001" # your own id; another one replaces the record
  owner       = { type = "biz_entity", id = 42 }
}

# A person's mobile. The owner is named by your own id. A destroy makes
# Terraform forget the record and leaves it in 7G.
resource "reach_communication" "mobile" {
  type            = "mobile"
  value           = "+61400000000"
  owner           = { type = "person", external_id = "P-1" }
  deletion_policy = "abandon"
}
