using System.CommandLine;
using System.Globalization;
using System.Text;
using Innate.Cli.Terminal;
using Innate.Rows;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary><c>innate inspect</c>: a model's facts, or what exactly is scored of a row.</summary>
internal static class InspectCommand
{
    private const string Description = """
        Show a model's facts, or exactly which tokens are scored of a row.

        The facts need no weights. With --row, the score doctor: which tokens are scored under which template, and what is
        odd about them (double or missing BOS, missing end token, over-long rows,
        template drift, altered white space, special tokens spelled by text).

        Examples:
          innate inspect
          innate inspect --row '{"prompt":"What is 47 + 85?","response":"132"}'
          innate inspect --model DIR --adapter run/final
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        Option<string?> row = Opt.Text(
            "--row", "FILE|JSON", "Examine a row: its JSON, or a file whose rows are all examined [off: the model's facts]");
        Option<bool> json = Opt.Flag("--json", "JSON: one object, or with --row one a response [off: tables]");
        Command command = new("inspect", Description);
        model.AddModelTo(command, threads: false, adapter: true);
        command.Add(row);
        model.AddFormatTo(command);
        command.Add(json);
        command.SetAction(parsed =>
        {
            using ModelSession session = model.Open(parsed, io);
            if (parsed.GetValue(row) is not { } given)
            {
                Write(io, parsed.GetValue(json) ? FactsJson(ModelFacts.Of(session)) : FactsTable(ModelFacts.Of(session)));
                return ExitCodes.Success;
            }

            ModelLimits limits = session.Config is { } c
                ? new ModelLimits(c.VocabularySize, c.MaxPositions)
                : ModelLimits.Of(session.Traces);
            ScoreDoctor doctor = new(session, model.Format(parsed), limits);
            bool isJson = given.AsSpan().TrimStart().StartsWith("{");
            using RowInput rows = RowInput.Open(
                isJson ? RowLocation.Stream(new MemoryStream(Encoding.UTF8.GetBytes(given))) : RowLocation.File(Existing(given)));
            bool bad = false;
            while (rows.Lines.ReadNext() is { } line)
            {
                io.Cancellation.ThrowIfCancellationRequested();
                try
                {
                    foreach (Diagnosis d in doctor.Examine(RowParser.Parse(line)))
                    {
                        Write(
                            io,
                            parsed.GetValue(json)
                                ? Json(line.Number, d)
                                : Encoding.UTF8.GetBytes(Table(line.Number, d, io.Colours)));
                    }
                }
                catch (InputException e)
                {
                    if (isJson) throw new InputException($"--row: {e.Message.TrimEnd('.')}.", e);
                    bad = true;
                    Write(
                        io,
                        parsed.GetValue(json)
                            ? RowWriter.Error(line.Number, e.Message)
                            : Encoding.UTF8.GetBytes($"line {line.Number}: {e.Message}\n"));
                }
            }

            return bad ? ExitCodes.BadInput : ExitCodes.Success;
        });
        return command;
    }

    private static string Existing(string path) =>
        File.Exists(path)
        ? path
        : throw new InputException($"--row takes a JSON object or a file of rows; there is no file {path}.");

    private static void Write(CliIo io, byte[] bytes) => io.Output.Write(bytes);

    private static byte[] FactsJson(List<ModelFact> facts) => RowWriter.Line(w =>
    {
        foreach (ModelFact fact in facts)
        {
            if (fact.Number is long number) w.WriteNumber(fact.Name, number);
            else if (fact.Truth is bool truth) w.WriteBoolean(fact.Name, truth);
            else w.WriteString(fact.Name, fact.Text);
        }
    });

    private static byte[] FactsTable(List<ModelFact> facts)
    {
        int width = facts.Max(f => f.Name.Length);
        StringBuilder text = new();
        foreach (ModelFact fact in facts)
        {
            text.Append(fact.Name.Replace('_', ' ').PadRight(width + 2)).Append(fact.Text).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Json(long line, Diagnosis d) => RowWriter.Line(w =>
    {
        w.WriteNumber("line", line);
        w.WriteString("response", d.Label);
        w.WriteString("format", d.Format);
        w.WriteStartArray("tokens");
        foreach (DiagnosedToken t in d.Tokens)
        {
            w.WriteStartObject();
            w.WriteNumber("id", t.Id);
            if (t.Text is not null) w.WriteString("text", t.Text);
            w.WriteString("part", t.InResponse ? "response" : "prompt");
            w.WriteBoolean("special", t.IsSpecial);
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteStartArray("findings");
        foreach (RowFinding f in d.Findings)
        {
            w.WriteStartObject();
            w.WriteString("name", f.Name);
            w.WriteString("message", f.Message);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    });

    private static string Table(long line, Diagnosis d, ColourDepth depth)
    {
        StringBuilder text = new();
        int scored = d.Tokens.Count(t => t.InResponse);
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Colour.Bold($"line {line}, {d.Label}", depth)}: {d.Format}, {d.Tokens.Count - scored} prompt tokens, {scored} "
            + $"scored\n");
        foreach (DiagnosedToken t in d.Tokens)
        {
            string part = t.InResponse ? "response" : "prompt";
            string special = t.IsSpecial ? "  special" : "";
            text.Append(
                CultureInfo.InvariantCulture,
                $"  {t.Position,6}  {t.Id,7}  {part,-8}  [{HeatText.Visible(t.Text ?? "")}]{special}\n");
        }

        if (d.Findings.Count == 0) text.Append("  Nothing odd.\n");
        foreach (RowFinding f in d.Findings) text.Append(CultureInfo.InvariantCulture, $"  ! {f.Name}: {f.Message}\n");
        return text.ToString();
    }
}
