variable "email" {
  description = "E-mail address of the investor, in any case."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+$", trimspace(var.email)))
    error_message = "email must be an e-mail address, such as jane@example.com."
  }
}

variable "first_name" {
  description = "First name of the investor, part of who the contact is."
  type        = string
}

variable "owner" {
  description = "Who the address belongs to in 7G: type is biz_entity, person or organisation."
  type        = object({ type = string, id = number })
}

variable "external_id" {
  description = "External id of the communication in 7G; null for none."
  type        = string
  default     = null
}

variable "list_ids" {
  description = "Ids of the lists to subscribe to, at least one."
  type        = set(number)

  validation {
    condition     = length(var.list_ids) > 0
    error_message = "list_ids must name at least one list."
  }
}

variable "deletion_policy" {
  description = "What a destroy does to the contact: delete, delete_without_optout, unsubscribe, abandon or prevent."
  type        = string
  default     = "prevent"
}
