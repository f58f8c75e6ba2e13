using System.Text.Json;

namespace Innate.Text.Tokenization;

/// <content>
/// The scores: a form of our own, for vocabularies whose scores say more than any list of merges (equal ones are joined from the
/// left). transformers does not know it.
/// </content>
internal ref partial struct TokenizerReader
{
    private void ReadScores(ref Utf8JsonReader reader)
    {
        if (_scores is not null) throw Twice("model.scores");
        if (reader.TokenType != JsonTokenType.StartArray) throw new InputException($"{_file}: model.scores should be an array.");
        List<float> scores = new(_vocabulary.Count);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            bool isNumber = reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out float number);
            if (!isNumber || scores.Count > HighestAllowedId)
            {
                throw new InputException(
                    $"{_file}: model.scores[{scores.Count}]: expected a number for each of at most {HighestAllowedId + 1} ids.");
            }

            scores.Add(reader.GetSingle());
        }

        _scores = [.. scores];
    }
}
