# What is recorded for an entity, in full, for -generate-config-out.
list "reach_communication" "trust" {
  provider         = reach
  include_resource = true

  config {
    owner = {
      type        = "biz_entity"
      external_id = "BE-1"
    }
  }
}
