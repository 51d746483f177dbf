// Package bounds measures how much memory the provider takes when a service
// answers with more than anybody would keep. What is measured runs in a process
// of its own, so that neither the services nor the test count.
package bounds
