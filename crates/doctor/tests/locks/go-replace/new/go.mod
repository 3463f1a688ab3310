module example.org/batch

go 1.24

require github.com/aws/aws-sdk-go v1.55.5
