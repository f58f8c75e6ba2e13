using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Requests;

namespace Innate.Server.Completions;

/// <summary>What a request of <c>/v1/completions</c> asks for, checked.</summary>
/// <param name="Prompts">The prompts.</param>
/// <param name="Sampling">How each is continued.</param>
/// <param name="Echo">Whether the prompt is part of the text.</param>
/// <param name="Stream">Whether the reply comes in pieces.</param>
/// <param name="LogProbs">Alternatives at each token; null: no log-probabilities.</param>
/// <param name="PromptLogProbs">The same of the prompt's own tokens.</param>
/// <param name="TokensAsIds">Whether tokens are called token_id:N.</param>
/// <param name="ReturnsIds">Whether the reply has the ids.</param>
/// <param name="StreamUsage">Whether a stream ends with the count of tokens.</param>
internal sealed record CompletionsPlan(
    PromptInput Prompts, SamplingRequest Sampling, bool Echo, bool Stream, int? LogProbs, int? PromptLogProbs, bool TokensAsIds,
    bool ReturnsIds, bool StreamUsage)
{
    private const int DefaultTokens = 16;

    /// <summary>Alternatives at the prompt's own tokens; null: they are not read for themselves.</summary>
    public int? ReadLikeliest => PromptLogProbs is null && !(Echo && LogProbs is not null)
        ? null
        : Math.Max(PromptLogProbs ?? 0, Echo ? LogProbs ?? 0 : 0);

    /// <summary>Tokens of all prompts.</summary>
    public long PromptTokens => Prompts.Ids.Sum(p => (long)p.Length);

    /// <exception cref="InputException">A field is missing, out of range or not supported.</exception>
    public static CompletionsPlan Of(Call call, CompletionsRequest request)
    {
        ModelNames.RequireText(call, request.Model);
        bool stream = request.Stream ?? false, echo = request.Echo ?? false;
        int most = call.Server.Options.MaxLogProbabilities;
        PromptInput prompts = PromptInput.Read(
            call, FieldChecks.Required(request.Prompt, "prompt"), request.AddSpecialTokens ?? false, "prompt");
        int? logprobs = FieldChecks.Whole(request.Logprobs, "logprobs", 0, most);
        int? prompt = FieldChecks.Whole(request.PromptLogprobs, "prompt_logprobs", 0, most);
        if (stream && prompt is not null) throw new InputException("\"prompt_logprobs\": not in a stream");
        if (stream && request.ReturnTokenIds == true) throw new InputException("\"return_token_ids\": not in a stream");
        FieldChecks.Unsupported(request.Suffix, "suffix", "text is not filled in", "");

        // A request for the prompt's own numbers may want nothing sampled.
        int least = echo || prompt is not null ? 0 : 1;
        int tokens = FieldChecks.Whole(request.MaxTokens, "max_tokens", least, int.MaxValue) ?? DefaultTokens;
        SamplingRequest sampling = SamplingRequest.Of(request, call.Model, tokens, logprobs);
        PromptInput.Require(call, prompts.Ids, sampling, "prompt");
        return new CompletionsPlan(
            prompts, sampling, echo, stream, logprobs, prompt,
            request.ReturnTokensAsTokenIds ?? false, request.ReturnTokenIds ?? false,
            request.StreamOptions?.IncludeUsage ?? false);
    }

    /// <summary>A prompt's text, as echo repeats it.</summary>
    public string EchoOf(Call call, int prompt) =>
        Prompts.Texts[prompt] ?? call.Model.Tokenizer?.Decode(Prompts.Ids[prompt]) ?? "";
}
