using System.Text.Json;
using System.Text.RegularExpressions;
using Innate.Audits.Cues;
using Innate.Audits.Traps;
using Innate.Audits.Words;
using Innate.Rows;
using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>Every object of JSON in the README and the documents is what it is said to be.</summary>
public sealed partial class SchemaExamplesTests
{
    // Objects that are neither row, result, profile nor recipe, by the field that tells them.
    private static readonly Dictionary<string, string> Others = new()
    {
        ["wires"] = "a trap, which its reader takes",
        ["cues"] = "a cued question, which its reader takes",
        ["unless"] = "a list of words, which its reader takes",
        ["model-1"] = "a judge's reply, which the judge's own tests read",
        ["student_step"] = "a teacher's reply, which its own tests read",
        ["rope_type"] = "a part of a model's config.json",
        ["observation"] = "a world's line, which the worlds' tests read",
        ["act"] = "a line to a world",
        ["title"] = "a line of a corpus",
        ["answer"] = "a part of a row",
        ["instruction"] = "a part of a reply",
    };

    private static readonly JsonDocumentOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly string[] All = [
        .. Directory.GetFiles(Path.Combine(Places.Repository, "docs"), "*.md").Concat(["README.md", "README.zh.md"])
            .Select(f => Path.GetRelativePath(Places.Repository, Path.GetFullPath(f, Places.Repository))).Order()];

    public static TheoryData<string> Pages => new(All);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Examples_are_valid(string page)
    {
        foreach (JsonElement example in Examples(File.ReadAllText(Path.Combine(Places.Repository, page))))
        {
            string? schema = SchemaOf(example);
            if (schema is not null) Schemas.Require(schema, example);
            else RequireKnown(example);
        }
    }

    [Fact]
    public void There_are_examples_of_each_kind()
    {
        string?[] kinds = [
            .. All.SelectMany(page => Examples(File.ReadAllText(Path.Combine(Places.Repository, page)))).Select(SchemaOf)];
        foreach (string kind in (string[])["row", "training-row", "graded-row", "scored-row", "profile"])
        {
            Assert.Contains(kind, kinds);
        }
    }

    [Fact]
    public void Shipped_files_are_valid()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Places.Repository, "examples", "profiles"), "*.json"))
        {
            Schemas.Require("profile", JsonDocument.Parse(File.ReadAllText(file), Lenient).RootElement);
        }

        Schemas.RequireLines("training-row", File.ReadAllText(Path.Combine(Places.Repository, "examples", "questions.jsonl")));
    }

    private static void RequireKnown(JsonElement example)
    {
        string kind = example.EnumerateObject().First(p => Others.ContainsKey(p.Name)).Name;
        RowFields fields = new(example);
        if (kind == "wires") Assert.NotEmpty(TrapPrompt.WiresOf(fields));
        if (kind == "cues") Assert.Equal("11", CuedQuestion.Read(1, fields, RowForms.Prompt(fields)).Gold);
        if (kind != "unless") return;
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["words.jsonl"], example.GetRawText().ReplaceLineEndings(""));
        Assert.Single(WordList.Read(folder["words.jsonl"]));
    }

    private static string? SchemaOf(JsonElement example)
    {
        bool Has(string field) => example.TryGetProperty(field, out _);
        if (example.EnumerateObject().Any(p => Others.ContainsKey(p.Name) && p.Name is not ("answer" or "instruction")))
        {
            return null;
        }

        return Has("prefers") ? "profile"
            : Has("gold") ? "graded-row"
            : Has("reward") || Has("rewards") ? "scored-row"
            : Has("constraints") || Has("text") ? "training-row"
            : Has("prompt") || Has("prompt_ids") || Has("messages") || Has("question") ? "row"
            : null;
    }

    // Objects in code, read as far as they are whole; dots stand for more of the same.
    private static IEnumerable<JsonElement> Examples(string page)
    {
        for (int at = page.IndexOf('{', StringComparison.Ordinal); at >= 0; at = page.IndexOf('{', at + 1))
        {
            int end = End(page, at);
            if (end < 0) continue;
            JsonElement example;
            try
            {
                example = JsonDocument.Parse(Dots().Replace(page[at..end], ""), Lenient).RootElement;
            }
            catch (JsonException)
            {
                continue;
            }

            yield return example;
            at = end;
        }
    }

    private static int End(string page, int at)
    {
        int depth = 0;
        bool quoted = false;
        for (int i = at; i < page.Length && i < at + 4000; i++)
        {
            if (quoted)
            {
                if (page[i] == '\\') i++;
                else quoted = page[i] != '"';
                continue;
            }

            quoted = page[i] == '"';
            if (page[i] is '{' or '[') depth++;
            else if (page[i] is '}' or ']' && --depth == 0) return i + 1;
        }

        return -1;
    }

    [GeneratedRegex(@",\s*\.\.\.|(?<=\[)\.\.\.,\s*|\.\.\.,\s*(?=\d)")]
    private static partial Regex Dots();
}
