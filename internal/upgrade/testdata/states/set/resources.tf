resource "reach_contacts" "whole" {
  contacts              = "{\"jane\":{\"company\":\"R\\u0026D\",\"custom_plan\":\"gold\",\"email\":\"Jane@example.com\",\"first_name\":\"Jane\",\"zip\":\"02000\"},\"joan\":{\"company\":\"\",\"email\":\"joan@example.com\"},\"minh\":{\"email\":\"minh@example.com\",\"first_name\":\"Minh\"}}"
  subscriptions         = [{ list_id = 5 }, { list_id = 8, format = "text" }]
  force_sub             = true
  override_confirmation = false
  deletion_policy       = "delete_without_optout"
  timeouts              = { create = "20m", read = "10m", update = "20m", delete = "20m" }
}
