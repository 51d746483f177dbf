# With a provider block here, newer CLIs configure one provider for all of this.
# No run deletes more than three, and all of them together delete eight.

provider "reach" {
  safeguards {
    max_deletes_per_run = 3
  }
}

run "plan" {
  command = plan
  variables {
    people     = { ann = "Perth", bob = "Perth" }
    newsletter = ["cleo"]
  }
}

run "plan_the_same_people_otherwise" {
  command = plan
  variables {
    people     = { ann = "Sydney", cleo = "Perth" }
    newsletter = ["bob"]
  }
}

run "add" {
  variables {
    people     = { ann = "Sydney", bob = "Perth" }
    newsletter = ["cleo", "dan", "eve"]
  }
}

run "look" {
  module {
    source = "./look"
  }
  assert {
    condition     = output.city == "Sydney" && contains(output.values, "billing@example.com") && length(output.opted_out) == 0
    error_message = "The services hold ${output.city}, ${jsonencode(output.values)}, ${jsonencode(output.opted_out)}."
  }
}

run "namesakes" {
  module {
    source = "./others"
  }
  variables {
    names = ["anna"]
  }
}

run "refused_by_the_module" {
  command = plan
  variables {
    people = { a = "", b = "", c = "", d = "" }
  }
  expect_failures = [var.people]
}

run "let_three_go" {
  variables {
    people     = { ann = "Perth" }
    newsletter = ["cleo"]
  }
}

# Her opt-out is of an address that the root module has, too.
run "let_anna_go" {
  module {
    source = "./others"
  }
  variables {
    names = []
  }
}

run "look_again" {
  module {
    source = "./look"
  }
  assert {
    condition     = output.city == "Perth" && contains(output.opted_out, "bob@example.com")
    error_message = "The services hold ${output.city} and the opt-outs ${jsonencode(output.opted_out)}."
  }
}

# The destroys of both modules follow a plan of one of them.
run "add_her_again" {
  module {
    source = "./others"
  }
  variables {
    names     = ["anna"]
    force_sub = true
  }
}

run "plan_that_they_go" {
  command = plan
  variables {
    people = {}
  }
}
