package main

import (
	"fmt"
	"strings"

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

// rows is one resource for all contacts of a CSV file, as people export it.
const rows = `
resource "reach_contacts" "bench" {
  contacts      = jsonencode({ for row in csvdecode(file("${path.module}/contacts.csv")) : row.email => row })
  subscriptions = [{ list_id = 5, format = "html" }]
}
`

// files are the texts of a configuration, by name.
type files map[string]string

// configuration is what one lane is given for a case. changed says that one of
// many rows is another than before.
func configuration(lane figures.Lane, c figures.Case, changed bool) files {
	switch {
	case c.Kind == figures.Row:
		return files{"main.tf": head + rows, "contacts.csv": table(c.Records, changed)}
	case lane == figures.Curl:
		return files{"main.tf": fmt.Sprintf(scripts[c.Kind], c.Records)}
	}
	return files{"main.tf": head + fmt.Sprintf(resources[c.Kind], c.Records)}
}

// table is so many contacts as CSV.
func table(number int, changed bool) string {
	var csv strings.Builder
	csv.WriteString("email,first_name,last_name,city\n")
	for i := range number {
		city := "Perth"
		if changed && i == number/2 {
			city = "Sydney"
		}
		fmt.Fprintf(&csv, "person%d@test.example.com,Person,Number %d,%s\n", i, i, city)
	}
	return csv.String()
}

// optouts is a configuration with so many questions for one list of opt-outs.
func optouts(number int) files {
	return files{"main.tf": head + fmt.Sprintf(`
data "reach_optout" "bench" {
  count = %d
  email = "user${count.index}@test.example.com"
}

output "opted_out" {
  value = alltrue(data.reach_optout.bench[*].opted_out)
}
`, number)}
}
