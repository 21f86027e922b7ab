# The service alone: its Postgres stands beside it (compose.yaml). `npm run docker:check` runs these steps without Docker.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json build.mjs ./
RUN npm ci --ignore-scripts
COPY . ./
RUN npm run build
# What npm would ship, and what it needs to run. Optional packages are servers and libraries for machines without Docker.
RUN npm pack --ignore-scripts --silent --pack-destination ..
RUN tar xzf ../pannier-*.tgz
RUN cp package-lock.json package/
RUN cd package && npm ci --omit=dev --omit=optional --ignore-scripts
RUN mkdir data

FROM node:24-slim
ENV NODE_ENV=production
ENV PANNIER_HOST=0.0.0.0
ENV PANNIER_DATA_DIR=/data
COPY --from=build --chown=node:node /build/data /data
COPY --from=build /build/package /app
WORKDIR /app
USER node
EXPOSE 8080
HEALTHCHECK CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PANNIER_PORT ?? 8080}/livez`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/service/cli.js"]
CMD ["serve"]
