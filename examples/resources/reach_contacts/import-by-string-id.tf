import {
  to = reach_contacts.members
  id = "list:6" # all contacts on list 6
}
