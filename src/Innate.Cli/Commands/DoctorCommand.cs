using System.CommandLine;
using System.Text;
using Innate.Cli.Terminal;
using Innate.Rows;
using Innate.Runs;

namespace Innate.Cli.Commands;

/// <summary><c>innate doctor</c>: what Innate stands on, and what to do where it does not stand well.</summary>
internal static class DoctorCommand
{
    private const string Description = """
        See whether all is well here: processor, memory, cache, and a model that scores a small pair.

        What is slow or wrong is told with what to do about it. The exit code is 1 where something is wrong.

        Examples:
          innate doctor
          innate doctor --model DIR --json
          innate doctor --server http://127.0.0.1:8080
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        Option<bool> json = Opt.Flag("--json", "One JSON object a line, one for each thing [off: a table]");
        Option<string?> server = Opt.Text(
            "--server", "URL", "Ask a server (`innate serve`) whether it is well, in place of looking here [off: look here]");
        Command command = new("doctor", Description);
        model.AddModelTo(command, adapter: true);
        command.Add(server);
        command.Add(json);
        command.SetAction(parsed =>
        {
            DoctorRun run = new(model.Source(parsed, io, note: false))
            {
                OpenModel = io.OpenSource, Server = parsed.GetValue(server) is { } url ? Address(url) : null,
            };
            IReadOnlyList<DoctorFinding> findings = run.Execute(cancellation: io.Cancellation);
            if (parsed.GetValue(json))
            {
                foreach (DoctorFinding finding in findings) io.Output.Write(Json(finding));
            }
            else
            {
                string next = run.Server is not null ? "All is well."
                    : parsed.IsGiven(model.Model) ? "All is well. Next: innate score --model DIR --in rows.jsonl"
                    : "All is well. Next: innate rank --prompt \"What is 47 + 85?\" --response 132 --response 122, "
                        + "then --model with one of yours.";
                io.Output.Write(Encoding.UTF8.GetBytes(Table(findings, next, io.Colours)));
            }

            return findings.Any(f => f.IsFault) ? ExitCodes.Failure : ExitCodes.Success;
        });
        return command;
    }

    private static Uri Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address : throw new InputException($"--server: expected an address such as http://127.0.0.1:8080, found '{url}'.");

    private static byte[] Json(DoctorFinding finding) => RowWriter.Line(w =>
    {
        w.WriteString("name", finding.Name);
        w.WriteString("text", finding.Text);
        w.WriteString("state", finding.IsFault ? "fault" : finding.Advice is null ? "well" : "slow");
        if (finding.Advice is not null) w.WriteString("advice", finding.Advice);
    });

    private static string Table(IReadOnlyList<DoctorFinding> findings, string next, ColourDepth depth)
    {
        int width = findings.Max(f => f.Name.Length) + 2;
        StringBuilder text = new();
        foreach (DoctorFinding f in findings)
        {
            string sign = f.IsFault ? "✗" : f.Advice is null ? "✓" : "!";
            text.Append("  ").Append(sign).Append(' ').Append(f.Name.PadRight(width));
            text.Append(HeatText.Visible(f.Text)).Append('\n');
            if (f.Advice is not { } advice) continue;
            text.Append(' ', width + 4).Append(Colour.Bold(HeatText.Visible(advice), depth)).Append('\n');
        }

        if (findings.Any(f => f.IsFault)) next = "Mend what is marked ✗, and ask again.";
        return text.Append('\n').Append("  ").Append(next).Append('\n').ToString();
    }
}
