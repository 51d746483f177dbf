//go:build !unix

package canary_test

func (w *world) install(folder string) { w.terraform.Install(folder) }

// crash does nothing: here no signal makes a process print its stacks.
func (w *world) crash() {}
