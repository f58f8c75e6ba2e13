using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Rows;
using Innate.Tests.Support;

namespace Innate.Tests.Rows;

/// <summary>The row's schema and its readers are of one mind, whatever stands in a field.</summary>
public class RowFormSchemaTests
{
    private static readonly string[] Rows =
    [
        """{"prompt":"q","response":"abc","spans":[[0,2]],"system":"s","tools":[{"a":1}],"chat_template_kwargs":{"k":1}}""",
        """{"prompt":[{"role":"user","content":"q"}],"completion":[{"role":"assistant","content":"a"}]}""",
        """{"question":"q","answer":"a"}""",
        """{"instruction":"q","input":"","output":"a"}""",
        """{"messages":[{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","content":"a"}]}""",
        """{"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}]}""",
        """{"prompt_ids":[1,2],"response_ids":[3],"null_prompt_ids":[4]}""",
        """{"prompt_ids":[1,2],"responses_ids":[[3],[4]],"image_prompt_ids":[4]}""",
        """{"prompt":"q","responses":["a",{"role":"assistant","content":"b"}],"null_prompt":"n"}""",
        """{"prompt":"q","chosen":"a","rejected":"b"}""",
        """{"prompt_ids":[1],"chosen_ids":[2],"rejected_ids":[3]}""",
        """{"prompt":"q","completions":["a","b"]}""",
        """{"prompt":"q","steps":["a","b"],"id":null}""",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "7", "-1", "1.5", "\"\"", "\"x\"", "[]", "{}", "[1]", "[-1]", "[\"x\"]", "[[1,2]]", "[null]",
        """{"role":"user","content":"x"}""", """[{"role":"assistant","content":"x"}]""", """[{"role":"user"}]""",
        """[{"from":"gpt","value":"x"}]""", """[{"from":"parrot","value":"x"}]""", """[{"role":1,"content":"x"}]""",
        """[{"role":"user","content":[{"type":"image"}]}]""",
    ];

    // What no schema can say.
    private static readonly string[] Unsaid =
    [
        "the row has both", "is given without", "expected the messages before the last", "begins with", "expected ranges",
        "expected an assistant's message", "expected the last message to be an assistant's", "expected a value or a text of JSON",
        "one assistant message", "as whole conversations", "the row has no response", "must be an array, found",
    ];

    [Fact]
    public void Whatever_stands_in_a_field()
    {
        string[] fields = [.. RowForm.Row.Fields.Select(f => f.Name)];
        int taken = 0, refused = 0;
        foreach (string text in Rows)
        {
            Assert.Null(Refusal(text));
            Schemas.Require("row", JsonDocument.Parse(text).RootElement);
            foreach (string field in fields)
            {
                foreach (string value in Values)
                {
                    JsonObject changed = JsonNode.Parse(text)!.AsObject();
                    changed[field] = JsonNode.Parse(value);
                    string row = changed.ToJsonString();
                    string? refusal = Refusal(row);
                    JsonElement element = JsonDocument.Parse(row).RootElement;
                    if (refusal is null)
                    {
                        // Fields that a row of another form does not read.
                        if (!text.Contains($"\"{field}\"", StringComparison.Ordinal)) continue;
                        taken++;
                        Schemas.Require("row", element);
                    }
                    else if (!Unsaid.Any(u => refusal.Contains(u, StringComparison.Ordinal)))
                    {
                        refused++;
                        Assert.False(Schemas.IsValid("row", element), $"valid, but refused: {refusal}: {row}");
                    }
                }
            }
        }

        Assert.True(taken > 50 && refused > 500, $"{taken} taken, {refused} refused");
    }

    private static string? Refusal(string row)
    {
        try
        {
            RowParser.Parse(new InputLine(1, Encoding.UTF8.GetBytes(row), 0));
            return null;
        }
        catch (InputException e)
        {
            return e.Message;
        }
    }
}
