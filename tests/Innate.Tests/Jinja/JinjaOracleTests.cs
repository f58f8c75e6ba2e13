using System.Text.Json;
using Innate.Jinja;
using Innate.Tests.Support;

namespace Innate.Tests.Jinja;

/// <summary>
/// Templates with the results of Python's Jinja2 under the settings of Hugging Face's transformers; the script that made them
/// is beside them (tests/Fixtures/jinja/make_cases.py). A null result means that Jinja2 raised.
/// </summary>
public class JinjaOracleTests
{
    public static TheoryData<string> Groups()
    {
        var groups = new TheoryData<string>();
        foreach (JsonProperty group in Cases.EnumerateObject().Where(g => g.Name.Length > 0)) groups.Add(group.Name);
        return groups;
    }

    private static readonly JsonElement Cases = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(Places.Fixtures, "jinja", "cases.json"))).RootElement;

    [Theory]
    [MemberData(nameof(Groups))]
    public void RendersAsJinja2Does(string group)
    {
        var failures = new List<string>();
        foreach (JsonElement example in Cases.GetProperty(group).EnumerateArray())
        {
            string template = example.GetProperty("template").GetString()!;
            string variables = example.TryGetProperty("variables", out JsonElement v)
                ? v.GetRawText()
                : Cases.GetProperty("").GetRawText();
            string? expected = example.GetProperty("expected").GetString();
            string? actual;
            string? message = null;
            try
            {
                actual = Templates.Render(template, variables);
            }
            catch (JinjaException e)
            {
                actual = null;
                message = e.Message;
            }

            if (actual != expected)
            {
                failures.Add($"{template}\n  with {variables}\n  expected {Show(expected)}\n  found    {Show(actual)} {message}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} differ:\n{string.Join("\n", failures)}");
    }

    private static string Show(string? text) => text is null ? "an error" : JsonSerializer.Serialize(text);
}
