module example.org/batch

require (
	github.com/aws/aws-sdk-go
)
