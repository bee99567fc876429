namespace ThotNet.Providers.Chat;

/// <summary>Images, audio and files in the messages so far. A copy is what was known at that point.</summary>
internal struct MediaFacts
{
    public int Images;

    /// <summary>Tokens of audio and files.</summary>
    public long Tokens;

    /// <summary>Where the first part of each kind stands.</summary>
    public Place? FirstImage;
    public Place? FirstRemoteImage;
    public Place? FirstAudio;
    public Place? FirstFile;

    public readonly bool Any => FirstImage is not null || FirstAudio is not null || FirstFile is not null;

    /// <summary>Counts a part.</summary>
    public void Add(ContentKinds kind, bool remote, Place place)
    {
        switch (kind)
        {
            case ContentKinds.Image:
                Images++;
                FirstImage ??= place;
                FirstRemoteImage ??= remote ? place : null;
                break;
            case ContentKinds.Audio:
                FirstAudio ??= place;
                break;
            case ContentKinds.File:
                FirstFile ??= place;
                break;
            default:
                break;
        }
    }
}

/// <summary>A part or call of a message, for a path that is only written when somebody needs it.</summary>
internal readonly record struct Place(int Message, int Index);
