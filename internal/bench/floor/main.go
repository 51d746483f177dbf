// Command floor is a provider that does nothing: the schemas are those of the
// real one, and every answer is what was asked for. What a run with it takes is
// what Terraform takes by itself, below which no provider can get.
package main

import (
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/reachops/terraform-provider-reach/internal/loglevel"
	"github.com/reachops/terraform-provider-reach/internal/provider"
)

func main() {
	if err := loglevel.Follow(); err != nil {
		log.Fatal(err)
	}
	schemas := providerserver.NewProtocol6(provider.New("bench")())()
	serve := func() tfprotov6.ProviderServer { return echo{schemas} }
	if err := tf6server.Serve(provider.Address, serve); err != nil {
		log.Fatal(err)
	}
}
