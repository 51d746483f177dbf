terraform {
  required_version = ">= 1.14"
  required_providers {
    reach = {
      source  = "reachops/reach"
      version = ">= 0.0.1"
    }
  }
}
