package app

// maxIdle is how many workers are kept for the next calls.
const maxIdle = 32

// worker is a goroutine that calls handlers, one after another. Its stack has grown to what they need, which that of a new one would have to
// do in each call.
type worker chan func()

var idle = make(chan worker, maxIdle)

// goCall calls f in a goroutine of its own.
func goCall(f func()) {
	select {
	case w := <-idle:
		w <- f
	default:
		w := make(worker, 1)
		w <- f
		go w.run()
	}
}

// run calls what it is given, until there are enough that wait for more.
func (w worker) run() {
	for f := range w {
		f()
		select {
		case idle <- w:
		default:
			return
		}
	}
}
