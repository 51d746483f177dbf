import {
  to = reach_contacts.members
  identity = {
    list_id = 6
  }
}
