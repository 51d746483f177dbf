package main

import (
	"fmt"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
)

const head = `terraform {
  required_providers {
    reach = { source = "reachops/reach" }
  }
}
`

var resources = map[figures.Kind]string{
	figures.Communication: `
resource "reach_communication" "bench" {
  count = %d
  type  = "email"
  value = "person${count.index}@test.example.com"
  owner = { type = "biz_entity", id = 42 }
}
`,
	figures.Contact: `
resource "reach_contact" "bench" {
  count         = %d
  email         = "person${count.index}@test.example.com"
  first_name    = "Person"
  last_name     = "Number ${count.index}"
  subscriptions = [{ list_id = 5, format = "html" }]
}
`,
}

// scripts are what a configuration without a provider for the services comes
// down to. They ask for no record before they write, and never notice a change.
var scripts = map[figures.Kind]string{
	figures.Communication: `
resource "terraform_data" "bench" {
  count = %d
  input = count.index

  provisioner "local-exec" {
    command = <<-EOT
      curl -sS "$SEVENG_ENDPOINT/communication" -H "Authorization: $SEVENG_ACCESS_TOKEN" -H "Version: 2.0" -H "Content-Type: application/json" \
        -d '{"communicationID":0,"externalCommunicationId":"BENCH-${self.input}","communicationTypeID":1,"name":"person${self.input}@test.example.com","bizEntityID":42}' |
        grep -q '"result":true'
    EOT
  }

  provisioner "local-exec" {
    when    = destroy
    command = <<-EOT
      curl -sS -X DELETE "$SEVENG_ENDPOINT/communication?ExternalCommunicationId=BENCH-${self.input}" -H "Authorization: $SEVENG_ACCESS_TOKEN" -H "Version: 2.0" |
        grep -q '"result":true'
    EOT
  }
}
`,
	figures.Contact: `
resource "terraform_data" "bench" {
  count = %d
  input = count.index

  provisioner "local-exec" {
    command = <<-EOT
      curl -sS "$WHATCOUNTS_ENDPOINT" -d "r=$WHATCOUNTS_REALM" -d "p=$WHATCOUNTS_PASSWORD" -d c=sub -d list_id=5 -d format=2 \
        --data-urlencode 'data=email,first,last^person${self.input}@test.example.com,Person,Number ${self.input}' |
        grep -q ^SUCCESS
    EOT
  }

  provisioner "local-exec" {
    when    = destroy
    command = <<-EOT
      curl -sS "$WHATCOUNTS_ENDPOINT" -d "r=$WHATCOUNTS_REALM" -d "p=$WHATCOUNTS_PASSWORD" -d c=delete \
        --data-urlencode 'data=email,first^person${self.input}@test.example.com,Person' |
        grep -q ^SUCCESS
    EOT
  }
}
`,
}

// configuration is what one lane is given for a case.
func configuration(lane figures.Lane, c figures.Case) string {
	if lane == figures.Curl {
		return fmt.Sprintf(scripts[c.Kind], c.Records)
	}
	return head + fmt.Sprintf(resources[c.Kind], c.Records)
}

// optouts is a configuration with so many questions for one list of opt-outs.
func optouts(number int) string {
	return head + fmt.Sprintf(`
data "reach_optout" "bench" {
  count = %d
  email = "user${count.index}@test.example.com"
}

output "opted_out" {
  value = alltrue(data.reach_optout.bench[*].opted_out)
}
`, number)
}
