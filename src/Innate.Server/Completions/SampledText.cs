using Innate.Generation;
using Innate.Server.Models;
using Innate.Traces;

namespace Innate.Server.Completions;

/// <summary>One response from tokens to text and log-probabilities, for replies as a whole and in pieces alike.</summary>
internal sealed class SampledText(ServedModel model, int[] prompt, SamplingRequest request)
{
    private readonly ResponseText _text = new(model.Tokenizer, prompt, request);

    /// <summary>Characters that the tokens so far have given to the text, those of a stop text included.</summary>
    public int Length { get; private set; }

    /// <summary>What ended it: a stop text, an id that the request named, or null.</summary>
    public string? StopText => _text.StoppedBy;

    /// <summary>Takes a token.</summary>
    /// <returns>The text that is certain now, and the token's log-probability.</returns>
    public (string Text, TokenLogProb Token) Push(int id, double logProbability, LikelyTokens? likely)
    {
        string text = _text.Push(id), piece = _text.LastPiece;
        Length += piece.Length;
        return (text, new TokenLogProb(id, piece.Length > 0 ? piece : model.Names.Of(id), piece.Length, logProbability, likely));
    }

    public string Flush() => _text.Flush();

    /// <summary>All at once.</summary>
    public (string Text, List<TokenLogProb> Tokens) All(GeneratedResponse response)
    {
        string text = "";
        List<TokenLogProb> tokens = new(response.TokenIds.Length);
        for (int i = 0; i < response.TokenIds.Length; i++)
        {
            (string piece, TokenLogProb token) = Push(
                response.TokenIds[i], response.LogProbabilities[i], response.Trace?.Likeliest?[i]);
            text += piece;
            tokens.Add(token);
        }

        return (text + Flush(), tokens);
    }

    /// <summary>Why it ended, in the dialects' word.</summary>
    public string Finish(FinishReason reason) => StopText is not null || reason == FinishReason.Stop ? "stop" : "length";

    /// <summary>A prompt's own tokens.</summary>
    public static List<TokenLogProb> OfPrompt(ServedModel model, int[] prompt, PromptLogProbs? reading)
    {
        string[] texts = model.Tokenizer?.TokenTexts(prompt) ?? [.. prompt.Select(_ => "")];
        return [.. prompt.Select((id, i) => new TokenLogProb(
            id, texts[i].Length > 0 ? texts[i] : model.Names.Of(id), texts[i].Length, reading?.LogProbabilities[i],
            reading?.Likeliest[i]))];
    }
}
