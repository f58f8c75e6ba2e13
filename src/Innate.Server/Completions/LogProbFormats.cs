using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Innate.Server.Completions;

/// <summary>Tokens' log-probabilities in the shapes of the dialects.</summary>
internal static class LogProbFormats
{
    /// <summary>OpenAI's completions: four arrays; the same floats in token_logprobs and top_logprobs.</summary>
    /// <param name="w">The reply.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="count">Alternatives at each; the token itself is always there.</param>
    /// <param name="offset">Characters before the first token.</param>
    /// <param name="names">The alternatives' names.</param>
    /// <param name="asIds">Call every token token_id:N.</param>
    public static void WriteArrays(
        Utf8JsonWriter w, IReadOnlyList<TokenLogProb> tokens, int count, int offset, TokenNames names, bool asIds)
    {
        w.WriteStartObject("logprobs");
        w.WriteStartArray("text_offset");
        foreach (TokenLogProb token in tokens)
        {
            w.WriteNumberValue(offset);
            offset += token.Length;
        }

        w.WriteEndArray();
        w.WriteStartArray("token_logprobs");
        foreach (TokenLogProb token in tokens) WriteNumberOrNull(w, token.LogProbability);
        w.WriteEndArray();
        w.WriteStartArray("tokens");
        foreach (TokenLogProb token in tokens) w.WriteStringValue(asIds ? TokenNames.ById(token.Id) : token.Name);
        w.WriteEndArray();
        w.WriteStartArray("top_logprobs");
        foreach (TokenLogProb token in tokens) WriteTop(w, token, count, names, asIds);
        w.WriteEndArray();
        w.WriteEndObject();
    }

    /// <summary>vLLM's prompt_logprobs: for each token an object by ids.</summary>
    public static void WritePrompt(Utf8JsonWriter w, IReadOnlyList<TokenLogProb> tokens, int count, TokenNames names)
    {
        w.WriteStartArray("prompt_logprobs");
        foreach (TokenLogProb token in tokens)
        {
            if (token.LogProbability is not { } own)
            {
                w.WriteNullValue();
                continue;
            }

            w.WriteStartObject();
            WriteEntry(token.Id, own, token.Likely!.Rank, token.Name);
            for (int i = 0; i < Math.Min(count, token.Likely.Ids.Length); i++)
            {
                int id = token.Likely.Ids[i];
                if (id != token.Id) WriteEntry(id, token.Likely.LogProbabilities[i], i + 1, names.Of(id));
            }

            w.WriteEndObject();
        }

        w.WriteEndArray();

        void WriteEntry(int id, double logProbability, int rank, string name)
        {
            w.WriteStartObject(id.ToString(CultureInfo.InvariantCulture));
            w.WriteNumber("logprob", logProbability);
            w.WriteNumber("rank", rank);
            w.WriteString("decoded_token", name);
            w.WriteEndObject();
        }
    }

    /// <summary>OpenAI's chat: an object a token.</summary>
    public static void WriteContent(Utf8JsonWriter w, IReadOnlyList<TokenLogProb> tokens, int count, TokenNames names)
    {
        w.WriteStartObject("logprobs");
        w.WriteStartArray("content");
        foreach (TokenLogProb token in tokens)
        {
            w.WriteStartObject();
            WriteToken(token.Id, token.Name, token.LogProbability!.Value);
            w.WriteStartArray("top_logprobs");
            for (int i = 0; i < Math.Min(count, token.Likely?.Ids.Length ?? 0); i++)
            {
                int id = token.Likely!.Ids[i];
                w.WriteStartObject();
                WriteToken(id, id == token.Id ? token.Name : names.Of(id), token.Likely.LogProbabilities[i]);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteNull("refusal");
        w.WriteEndObject();

        // A part of a character has bytes of its own, and the replacement character in its text's place: all bytes, put
        // together, are the content's.
        void WriteToken(int id, string name, double logProbability)
        {
            byte[]? part = names.PartOf(id, name);
            w.WriteString("token", part is null ? name : Encoding.UTF8.GetString(part));
            w.WriteNumber("logprob", logProbability);
            w.WriteStartArray("bytes");
            foreach (byte b in part ?? Encoding.UTF8.GetBytes(name)) w.WriteNumberValue(b);
            w.WriteEndArray();
        }
    }

    public static void WriteNumberOrNull(Utf8JsonWriter w, double? value)
    {
        if (value is { } x) w.WriteNumberValue(x);
        else w.WriteNullValue();
    }

    private static void WriteTop(Utf8JsonWriter w, TokenLogProb token, int count, TokenNames names, bool asIds)
    {
        if (token.LogProbability is not { } own)
        {
            w.WriteNullValue();
            return;
        }

        // Two tokens may have one name: the one that was sampled keeps it.
        HashSet<string> used = [asIds ? TokenNames.ById(token.Id) : token.Name];
        w.WriteStartObject();
        w.WriteNumber(asIds ? TokenNames.ById(token.Id) : token.Name, own);
        for (int i = 0; i < Math.Min(count, token.Likely?.Ids.Length ?? 0); i++)
        {
            int id = token.Likely!.Ids[i];
            if (id == token.Id) continue;
            string name = asIds ? TokenNames.ById(id) : names.Of(id);
            if (!used.Add(name) && !used.Add(name = TokenNames.ById(id))) continue;
            w.WriteNumber(name, token.Likely.LogProbabilities[i]);
        }

        w.WriteEndObject();
    }
}
