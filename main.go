// Command terraform-provider-reach is the Terraform provider "reach". It is
// started by Terraform, not by hand.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/reachops/terraform-provider-reach/internal/loglevel"
	"github.com/reachops/terraform-provider-reach/internal/provider"
	"github.com/reachops/terraform-provider-reach/internal/server"
)

// version is set at release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run under a debugger, and print what Terraform needs to attach")
	flag.Parse()
	if err := serve(*debug); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(debug bool) error {
	// net/http prints the bytes of an answer that it did not expect, with all
	// that they hold, to a log of its own, and Terraform keeps that log.
	log.SetOutput(io.Discard)
	if err := loglevel.Follow(); err != nil {
		return err
	}
	server.SpendMemory()
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	return tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer {
		return server.New(provider.New(version)(), loglevel.Silent())
	}, options...)
}
