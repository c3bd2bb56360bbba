import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { asApiError } from '@/api/errors';
import { deleteUpload, sendFile, uploadQuery } from '@/api/queries/uploads';
import type { Upload } from '@/api/types';
import type { Sample } from '@/lib/rate';
import { withSample } from '@/lib/rate';

/** A file that is not on the server yet. */
export type Sending = { key: string; file: File; sent: number; samples: Sample[]; error: unknown };

export type Uploads = {
  sending: Sending[];
  /** On the server and looked at; undefined for those that are still being asked for. */
  ready: { id: string; upload: Upload | undefined }[];
  /** Some that the address names are gone from the server. */
  isSomeGone: boolean;
  /** Whether a file is on its way. */
  isBusy: boolean;
  add: (files: Iterable<File>) => void;
  retry: (key: string) => void;
  /** Stops an upload, or forgets one that failed. */
  cancel: (key: string) => void;
  remove: (id: string) => void;
};

/** Files that are being uploaded, and those that are: the latter by their ids, which the page keeps in its address. */
export function useUploads(brand: string, ids: string[], onIds: (ids: string[]) => void): Uploads {
  const queryClient = useQueryClient();
  const [sending, setSending] = useState<Sending[]>([]);
  const controllers = useRef(new Map<string, AbortController>());
  const latest = useRef(ids);
  const counter = useRef(0);
  const found = useQueries({ queries: ids.map((id) => uploadQuery(brand, id)) });
  const isGone = (place: number) => {
    const error = found[place]?.error;
    return error !== null && error !== undefined && asApiError(error).status === 404;
  };

  useEffect(() => {
    latest.current = ids;
  }, [ids]);
  useEffect(() => {
    const running = controllers.current;
    return () => running.forEach((controller) => controller.abort());
  }, []);

  function setIds(next: string[]) {
    latest.current = next;
    onIds(next);
  }

  function change(key: string, changed: (before: Sending) => Sending) {
    setSending((before) => before.map((each) => (each.key === key ? changed(each) : each)));
  }

  function send({ key, file }: { key: string; file: File }) {
    const controller = new AbortController();
    controllers.current.set(key, controller);
    const onProgress = (sent: number) => change(key, (before) => ({ ...before, sent, samples: withSample(before.samples, { at: Date.now(), done: sent }) }));
    sendFile(brand, file, { signal: controller.signal, onProgress })
      .then((upload) => {
        queryClient.setQueryData(uploadQuery(brand, upload.id).queryKey, upload);
        setSending((before) => before.filter((each) => each.key !== key));
        setIds([...latest.current, upload.id]);
      })
      .catch((error: unknown) => {
        if (!controller.signal.aborted) change(key, (before) => ({ ...before, error }));
      })
      .finally(() => controllers.current.delete(key));
  }

  return {
    sending,
    ready: ids.map((id, place) => ({ id, upload: found[place]?.data })).filter((_, place) => !isGone(place)),
    isSomeGone: ids.some((_, place) => isGone(place)),
    isBusy: sending.some((each) => each.error === undefined) || found.some((each) => each.isPending),
    add: (files) => {
      const added = [...files].map((file) => {
        counter.current += 1;
        return { key: String(counter.current), file, sent: 0, samples: [], error: undefined };
      });
      setSending((before) => [...before, ...added]);
      added.forEach(send);
    },
    retry: (key) => {
      const again = sending.find((each) => each.key === key);
      if (again === undefined) return;
      change(key, (before) => ({ ...before, sent: 0, samples: [], error: undefined }));
      send(again);
    },
    cancel: (key) => {
      controllers.current.get(key)?.abort();
      setSending((before) => before.filter((each) => each.key !== key));
    },
    remove: (id) => {
      setIds(latest.current.filter((each) => each !== id));
      // Should this fail, the server's sweep takes it later.
      deleteUpload(brand, id).catch(() => undefined);
    },
  };
}
