# The README's first two commands in a container that has the .NET 10 SDK and nothing else. Not run where this project is built,
# which runs no containers; there tools/first-steps runs them from an empty home.
#
#   docker build -f deploy/first-steps.Dockerfile .
FROM mcr.microsoft.com/dotnet/sdk:10.0
WORKDIR /innate
COPY . .
RUN ./innate rank --prompt "What is 47 + 85?" \
    --response "Ones: 7 + 5 = 12. Tens: 4 + 8 + 1 = 13. The answer is 132." \
    --response "Ones: 7 + 5 = 12. Tens: 4 + 8 = 12. The answer is 122."
RUN ./test
