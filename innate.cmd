@echo off
rem Builds the command when it is missing, and runs it. Needs the .NET 10 SDK and nothing else. After a change of the sources:
rem dotnet build src\Innate.Cli -c Release
setlocal
set "command=%~dp0src\Innate.Cli\bin\Release\net10.0\innate.exe"
if not exist "%command%" (
  echo building innate ^(once, about a minute^) ... 1>&2
  dotnet build "%~dp0src\Innate.Cli" -c Release --nologo -v quiet 1>&2 || exit /b 1
)
"%command%" %*
exit /b %errorlevel%
