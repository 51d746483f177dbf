ephemeral "reach_access_token" "this" {}

# For a second account of the provider, or any other provider that calls 7G.
provider "reach" {
  alias = "handed_on"
  seveng {
    access_token = ephemeral.reach_access_token.this.access_token
  }
}

data "reach_communication_types" "all" {
  provider = reach.handed_on
}
