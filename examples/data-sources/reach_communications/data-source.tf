# Everything by which one entity is reached. An owner is named by its native
# id or by your own.
data "reach_communications" "smith" {
  owner = { type = "biz_entity", external_id = "BE-1" }
}

output "addresses_of_smith" {
  value = [for c in data.reach_communications.smith.communications : c.value if c.type == "email"]
}
