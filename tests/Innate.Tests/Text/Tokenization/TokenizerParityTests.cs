using System.Text.Json;
using Innate.Tests.Support;
using Innate.Text;

namespace Innate.Tests.Text.Tokenization;

/// <summary>The reference implementation's ids and texts, case by case, for four published tokenizers.</summary>
public sealed class TokenizerParityTests
{
    [SharedTheory("parity/tokenizers")]
    [InlineData("parity/tokenizers/qwen3", "cases.json")]
    [InlineData("parity/tokenizers/llama3_1", "cases.json")]
    [InlineData("parity/tokenizers/gemma3", "cases.json")]
    public void Published_tokenizers_agree_with_the_reference(string folder, string cases) => Check(folder, cases);

    [SharedFact("models/stories260k/tokenizer_cases.json")]
    public void Stories260k_agrees_with_the_reference() => Check("models/stories260k", "tokenizer_cases.json");

    private static void Check(string folder, string casesFile)
    {
        Tokenizer tokenizer = Tokenizer.Load(Path.Combine(Places.Shared, folder));
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Places.Shared, folder, casesFile)));
        var wrong = new List<string>();
        int count = 0;
        foreach (JsonElement c in cases.RootElement.EnumerateArray())
        {
            count++;
            string text = c.GetProperty("text").GetString()!, decoded = c.GetProperty("decoded").GetString()!;
            int[] ids = Numbers(c.GetProperty("ids"));
            Expect(ids, tokenizer.Encode(text), "ids", text);
            Expect(
                Numbers(c.GetProperty("with_special_tokens")), tokenizer.Encode(text, addSpecialTokens: true), "special", text);
            Expect(decoded, tokenizer.Decode(ids), "decoded", text);
            Expect(decoded, string.Concat(tokenizer.TokenTexts(ids)), "token texts", text);
            Expect(ids.Length, tokenizer.TokenTexts(ids).Length, "token count", text);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(114, count);

        void Expect<T>(T expected, T actual, string what, string text)
        {
            if (JsonSerializer.Serialize(expected) != JsonSerializer.Serialize(actual))
            {
                wrong.Add($"{what} of '{text}': {JsonSerializer.Serialize(expected)} but {JsonSerializer.Serialize(actual)}");
            }
        }
    }

    private static int[] Numbers(JsonElement array) => array.EnumerateArray().Select(e => e.GetInt32()).ToArray();
}
