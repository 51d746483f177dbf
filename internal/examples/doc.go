// Package examples runs the whole examples, those that are configurations of
// their own, with the CLI of the machine against the simulator. The examples
// of single resources are run where the pages that show them are checked.
package examples
