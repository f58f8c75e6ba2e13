using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Innate.Benchmarks.Arithmetic;
using Innate.Rows;

namespace Innate.Cli.Commands;

/// <summary><c>innate arithmetic grade</c>: how many sampled answers are right, and in which style.</summary>
internal static class ArithmeticGradeCommand
{
    private const string Description = """
        Grade answers to arithmetic questions.

        The final answer is the last number of a response. Reads the lines of `innate generate --json` on questions of
        `innate arithmetic generate --questions`.

        Example:
          innate generate --in questions.jsonl --temperature 0 | innate arithmetic grade
        """;

    public static Command Create(CliIo io)
    {
        Option<string?> input = Opt.Text("--in", "FILE", "The answers; - is the pipe", "-");
        Option<bool> json = Opt.Flag("--json", "One JSON object [off: a table]");
        Command command = new("grade", Description);
        command.Add(input);
        command.Add(json);
        command.SetAction(parsed =>
        {
            using RowInput rows = RowInput.Open(io.Input(parsed.GetValue(input)!));
            string name = rows.Name == "-" ? "the pipe" : rows.Name;
            List<GradedResponse> graded = [];
            while (rows.Lines.ReadNext() is { } line)
            {
                io.Cancellation.ThrowIfCancellationRequested();
                try
                {
                    graded.AddRange(RowJson.Guard(() => Grade(RowJson.ParseObject(line))));
                }
                catch (InputException e)
                {
                    throw new InputException(
                        string.Create(CultureInfo.InvariantCulture, $"--in: {name}, line {line.Number}: {e.Message}."), e);
                }
            }

            if (graded.Count == 0) throw new InputException($"--in: expected responses to grade, found none in {name}.");
            if (parsed.GetValue(json)) io.Output.Write(Json(graded));
            else Print(graded, io);
            return ExitCodes.Success;
        });
        return command;
    }

    private static List<GradedResponse> Grade(JsonElement row)
    {
        if (RowWriter.IsError(row))
        {
            throw new InputException($"expected an answered row, found the error \"{row.GetProperty("error")}\"");
        }

        ArithmeticFamily family = Named(row, "family", ArithmeticNames.Families, ArithmeticNames.Family);
        AnswerStyle? asked = Field(row, "style") is null
            ? null
            : Named(row, "style", ArithmeticNames.Styles, ArithmeticNames.Style);
        JsonElement answer = Required(row, "answer");
        if (answer.ValueKind != JsonValueKind.Number || !answer.TryGetInt64(out long gold))
        {
            throw new InputException($"\"answer\" must be a whole number, found {answer.GetRawText()}");
        }

        JsonElement responses = Required(row, "responses");
        if (responses.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"\"responses\" must be an array, found {responses.GetRawText()}");
        }

        List<GradedResponse> graded = [];
        foreach (JsonElement response in responses.EnumerateArray())
        {
            if (response.ValueKind != JsonValueKind.Object
                || Field(response, "text") is not { ValueKind: JsonValueKind.String } text)
            {
                throw new InputException($"\"responses[{graded.Count}]\" must be an object with a string \"text\"");
            }

            graded.Add(GradedResponse.Of(family, asked, gold, text.GetString()!));
        }

        return graded;
    }

    private static T Named<T>(JsonElement row, string field, IReadOnlyList<string> names, Func<string, T?> parse)
        where T : struct
    {
        string name = RowJson.Text(row, field);
        return parse(name)
            ?? throw new InputException($"\"{field}\" must be one of {string.Join(", ", names)}, found \"{name}\"");
    }

    private static JsonElement Required(JsonElement row, string field) =>
        Field(row, field) ?? throw new InputException($"the field \"{field}\" is missing");

    private static JsonElement? Field(JsonElement row, string field) =>
        row.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    // Families in their order, each with its styles and then all of them; at the end all families.
    private static IEnumerable<(string Family, string Style, ArithmeticGrade Grade)> Groups(IReadOnlyList<GradedResponse> all)
    {
        foreach (ArithmeticFamily? family in Enum.GetValues<ArithmeticFamily>().Cast<ArithmeticFamily?>().Append(null))
        {
            GradedResponse[] own = [.. all.Where(r => family is null || r.Family == family)];
            if (own.Length == 0) continue;
            string name = family is { } f ? ArithmeticNames.Of(f) : "all";
            foreach (AnswerStyle style in Enum.GetValues<AnswerStyle>())
            {
                GradedResponse[] group = [.. own.Where(r => r.Style == style)];
                if (group.Length > 0) yield return (name, ArithmeticNames.Of(style), ArithmeticGrade.Of(group));
            }

            yield return (name, "all", ArithmeticGrade.Of(own));
        }
    }

    private static void Print(List<GradedResponse> graded, CliIo io)
    {
        using StreamWriter output = io.TextOutput();
        output.WriteLine($"{"family",-16}{"style",-10}{"n",7}{"right",9}{"characters",12}");
        foreach ((string family, string style, ArithmeticGrade grade) in Groups(graded))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{family,-16}{style,-10}{grade.Count,7}{100 * grade.Accuracy,8:0.0}%{grade.MeanLength,12:0.0}"));
        }

        ArithmeticGrade all = ArithmeticGrade.Of(graded);
        if (all.Asked == 0) return;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"in the style asked for: {100 * all.Obeyed:0.0}% of {all.Asked}"));
    }

    private static byte[] Json(List<GradedResponse> graded)
    {
        ArithmeticGrade all = ArithmeticGrade.Of(graded);
        return RowWriter.Line(w =>
        {
            WriteGrade(w, all);
            if (all.Asked > 0)
            {
                w.WriteNumber("asked", all.Asked);
                w.WriteNumber("obeyed", all.Obeyed);
            }

            w.WriteStartArray("groups");
            foreach ((string family, string style, ArithmeticGrade grade) in Groups(graded))
            {
                w.WriteStartObject();
                w.WriteString("family", family);
                w.WriteString("style", style);
                WriteGrade(w, grade);
                w.WriteEndObject();
            }

            w.WriteEndArray();
        });
    }

    private static void WriteGrade(Utf8JsonWriter w, ArithmeticGrade grade)
    {
        w.WriteNumber("n", grade.Count);
        w.WriteNumber("accuracy", grade.Accuracy);
        w.WriteNumber("mean_characters", grade.MeanLength);
    }
}
