# Everyone on a list, in full, for -generate-config-out.
list "reach_contact" "newsletter" {
  provider         = reach
  include_resource = true
  limit            = 5000

  config {
    list_id = 5
  }
}

# The leftovers of a test environment, whichever list they are on.
list "reach_contact" "leftovers" {
  provider = reach
  limit    = 250

  config {
    email = "@test.example.com"
  }
}

# One address, which several contacts may share.
list "reach_contact" "jane" {
  provider = reach

  config {
    email = "jane@example.com"
    exact = true
  }
}
