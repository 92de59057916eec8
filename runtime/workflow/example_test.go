package workflow_test

import (
	"context"
	"fmt"

	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// A payment is tried again after a second, which takes no time on a virtual clock.
func ExampleRun() {
	machine, diags := asl.Load("order.asl.yaml", []byte(`
StartAt: Pay
States:
  Pay:
    Type: Task
    Resource: isobar:function:process-payment
    Retry: [{ ErrorEquals: [Transient], IntervalSeconds: 1, MaxAttempts: 2 }]
    End: true
`), nil)
	if diags.HasErrors() {
		fmt.Println(diags)
		return
	}
	tasks, diags := workflow.ParseScript("tasks.yaml", []byte(`
process-payment:
  - { error: Transient, message: the bank is away }
  - { result: { paid: true } }
`))
	if diags.HasErrors() {
		fmt.Println(diags)
		return
	}
	input, err := workflow.Decode([]byte(`{"order": "o1"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := workflow.Run(context.Background(), machine, input, workflow.Options{Tasks: tasks})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s\n%s", workflow.Encode(result.Output), result.Trace)
	// Output:
	// {"paid":true}
	// 0s start {"order":"o1"}
	// 0s Pay enter {"order":"o1"}
	// 0s Pay call function:process-payment {"order":"o1"}
	// 0s Pay fail Transient "{\"errorMessage\":\"the bank is away\",\"errorType\":\"Transient\"}"
	// 0s Pay retry 1 in 1s
	// 1s Pay call function:process-payment {"order":"o1"}
	// 1s Pay return {"paid":true}
	// 1s Pay exit {"paid":true}
	// 1s succeed {"paid":true}
}
