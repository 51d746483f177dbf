data "reach_communication_types" "all" {}

# The names that reach_communication takes as its type.
output "type_names" {
  value = keys(data.reach_communication_types.all.types)
}
