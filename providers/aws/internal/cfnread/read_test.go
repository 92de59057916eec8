package cfnread_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/providers/aws/internal/cfnread"
)

const template = `
Parameters:
  Stage: { Type: String, Default: dev }
  Memory: { Type: Number, Default: 256 }
Resources:
  OrdersQueue:
    Type: AWS::SQS::Queue
    DeletionPolicy: Retain
    Properties:
      QueueName: !Sub shop-${Stage}-orders
      Literal: ${not} a reference
      Escaped: !Sub ${!not} ${AWS::Region}
      Size: !Ref Memory
      Target: !GetAtt [Other, Arn]
      Long: { Ref: Other }
      Actions: [b, a]
      Empty: []
      Tags: [{ Key: k, Value: v }]
      Choice: !If [Cond, !Ref Other, !Ref AWS::NoValue]
`

func TestRead(t *testing.T) {
	sections, err := cfnread.Read([]byte(template), map[string]string{"Stage": cfnread.Unknown})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, l := range sections[1].Entries[0].Leaves {
		got[l.Path] += l.Value + "|" + l.Ref + ";"
	}
	want := map[string]string{
		"DeletionPolicy": "Retain|;", "QueueName": "shop-${Stage}-orders|Stage;", "Literal": "${!not} a reference|;", "Escaped": "${!not} ${AWS::Region}|;",
		"Size": "256|;", "Target": "${Other.Arn}|Other;", "Long": "${Other}|Other;", "Actions[]": "b|;a|;", "Empty": "[]|;", "Tags[k].Key": "k|;", "Tags[k].Value": "v|;",
		"Choice.Fn::If[0]": "Cond|;", "Choice.Fn::If[1]": "${Other}|Other;", "Choice.Fn::If[2]": "${AWS::NoValue}|;",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzRead reads anything: the files of another version may be anybody's.
func FuzzRead(f *testing.F) {
	f.Add([]byte(template))
	f.Add([]byte("Resources: &a [*a]"))
	f.Add([]byte("Resources: { A: { Type: X, Properties: { B: !Sub '${', C: !Sub '${}' } } }"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = cfnread.Read(data, nil) })
}
